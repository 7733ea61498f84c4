CREATE TABLE "title_grabs" (
	"place" text NOT NULL,
	"content_id" text NOT NULL,
	"viewer_id" text NOT NULL,
	"member_id" text,
	"by_host" boolean DEFAULT false NOT NULL,
	"picture" "bytea" NOT NULL,
	"picture_tag" text NOT NULL,
	"grabbed_at_ms" bigint NOT NULL,
	CONSTRAINT "title_grabs_place_content_id_pk" PRIMARY KEY("place","content_id")
);
--> statement-breakpoint
CREATE TABLE "title_facts" (
	"content_id" text PRIMARY KEY NOT NULL,
	"title" text,
	"duration_s" double precision,
	"picture" "bytea",
	"picture_tag" text,
	"expires_at_ms" bigint NOT NULL,
	"used_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "title_grabs_viewer" ON "title_grabs" USING btree ("viewer_id","grabbed_at_ms");--> statement-breakpoint
CREATE INDEX "title_grabs_grabbed_at" ON "title_grabs" USING btree ("grabbed_at_ms");--> statement-breakpoint
CREATE INDEX "title_facts_used_at" ON "title_facts" USING btree ("used_at_ms");