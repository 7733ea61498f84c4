CREATE TABLE "session_companions" (
	"session_id" text NOT NULL,
	"name" text NOT NULL,
	"version" bigint NOT NULL,
	"record" jsonb NOT NULL,
	CONSTRAINT "session_companions_session_id_name_pk" PRIMARY KEY("session_id","name")
);
