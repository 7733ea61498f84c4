CREATE TABLE "resume_history" (
	"viewer_id" text NOT NULL,
	"content_id" text NOT NULL,
	"sitting_id" text NOT NULL,
	"begun_at_ms" bigint DEFAULT 0 NOT NULL,
	"completed_at_ms" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "resume_history_viewer_id_content_id_sitting_id_pk" PRIMARY KEY("viewer_id","content_id","sitting_id")
);
--> statement-breakpoint
CREATE TABLE "resume_titles" (
	"viewer_id" text NOT NULL,
	"content_id" text NOT NULL,
	"order_key" text DEFAULT '' NOT NULL,
	"record" jsonb,
	"media" jsonb,
	"last_watched_at_ms" bigint DEFAULT 0 NOT NULL,
	"hidden_at_ms" bigint DEFAULT 0 NOT NULL,
	"unhidden_at_ms" bigint DEFAULT 0 NOT NULL,
	"deleted_at_ms" bigint DEFAULT 0 NOT NULL,
	"intent_at_ms" bigint DEFAULT 0 NOT NULL,
	"offered" boolean DEFAULT false NOT NULL,
	"put" jsonb,
	"rev" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "resume_titles_viewer_id_content_id_pk" PRIMARY KEY("viewer_id","content_id")
);
--> statement-breakpoint
CREATE TABLE "resume_viewers" (
	"viewer_id" text PRIMARY KEY NOT NULL,
	"cleared_at_ms" bigint DEFAULT 0 NOT NULL,
	"history_paused" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE INDEX "resume_history_begun" ON "resume_history" USING btree ("viewer_id","begun_at_ms" DESC NULLS LAST,"sitting_id");--> statement-breakpoint
CREATE INDEX "resume_titles_row" ON "resume_titles" USING btree ("viewer_id","intent_at_ms" DESC NULLS LAST,"content_id") WHERE offered;--> statement-breakpoint
CREATE INDEX "resume_titles_deleted" ON "resume_titles" USING btree ("deleted_at_ms") WHERE order_key <> '' and not offered and deleted_at_ms > 0;