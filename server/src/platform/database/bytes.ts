import { customType } from 'drizzle-orm/pg-core';

/** Column of bytes: `bytea`. */
export const bytes = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });
