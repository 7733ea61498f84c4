CREATE TABLE "chat_entries" (
	"session_id" text NOT NULL,
	"seq" bigint NOT NULL,
	"op_id" text NOT NULL,
	"member_id" text,
	"viewer_id" text,
	"moved_from" text,
	"at_ms" bigint NOT NULL,
	"is_line" boolean NOT NULL,
	"entry" jsonb NOT NULL,
	"changed_seq" bigint NOT NULL,
	"removed" boolean NOT NULL,
	CONSTRAINT "chat_entries_session_id_seq_pk" PRIMARY KEY("session_id","seq")
);
--> statement-breakpoint
CREATE INDEX "chat_entries_viewer" ON "chat_entries" USING btree ("viewer_id","session_id","seq");--> statement-breakpoint
CREATE INDEX "chat_entries_at" ON "chat_entries" USING btree ("at_ms");