CREATE TABLE "session_visitors" (
	"session_id" text NOT NULL,
	"member_id" text NOT NULL,
	"seen_at_ms" bigint NOT NULL,
	CONSTRAINT "session_visitors_session_id_member_id_pk" PRIMARY KEY("session_id","member_id")
);
--> statement-breakpoint
CREATE INDEX "session_visitors_seen_at" ON "session_visitors" USING btree ("seen_at_ms");