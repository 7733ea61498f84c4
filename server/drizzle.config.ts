import { defineConfig } from 'drizzle-kit';

// Each feature keeps its tables in its own `*.schema.ts`; `npm run migration -w server -- --name <what>` compares them
// with the newest migration and writes the difference as SQL into `migrations/`.
export default defineConfig({
  dialect: 'postgresql',
  schema: './src/**/*.schema.ts',
  out: './migrations',
});
