CREATE TABLE "resume_undo" (
	"to_viewer_id" text NOT NULL,
	"from_viewer_id" text NOT NULL,
	"content_id" text NOT NULL,
	"before" jsonb,
	"said" jsonb NOT NULL,
	CONSTRAINT "resume_undo_to_viewer_id_from_viewer_id_content_id_pk" PRIMARY KEY("to_viewer_id","from_viewer_id","content_id")
);
--> statement-breakpoint
DROP INDEX "account_ended_at";--> statement-breakpoint
ALTER TABLE "account_departures" ADD COLUMN "phase" text DEFAULT 'kept' NOT NULL;--> statement-breakpoint
ALTER TABLE "account_departures" ADD COLUMN "cursor" text;--> statement-breakpoint
ALTER TABLE "account_departures" ADD COLUMN "moved" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "account_departures" ADD COLUMN "total" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "account_departures" ADD COLUMN "due_at_ms" bigint;--> statement-breakpoint
ALTER TABLE "account_departures" ADD COLUMN "session_ids" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "account_ended" ADD COLUMN "restored" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "resume_undo_from" ON "resume_undo" USING btree ("from_viewer_id");--> statement-breakpoint
CREATE INDEX "account_departures_due" ON "account_departures" USING btree ("due_at_ms") WHERE due_at_ms is not null;--> statement-breakpoint
CREATE INDEX "account_ended_at" ON "account_ended" USING btree ("ended_at_ms","subject");--> statement-breakpoint
UPDATE "account_departures" SET "phase" = case when "to_viewer_id" is null then 'leaving' else 'settling' end, "due_at_ms" = "at_ms" WHERE not "settled";--> statement-breakpoint
DROP INDEX "account_departures_open";--> statement-breakpoint
ALTER TABLE "account_departures" DROP COLUMN "settled";
