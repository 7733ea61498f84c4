/** Answers may have more fields one day: a client that validates them by their schema must let these pass. */
export function letFieldsBeAdded(schema: unknown): void {
  if (Array.isArray(schema)) for (const one of schema) letFieldsBeAdded(one);
  if (typeof schema !== 'object' || schema === null) return;
  if ('additionalProperties' in schema && schema.additionalProperties === false) delete schema.additionalProperties;
  for (const value of Object.values(schema)) letFieldsBeAdded(value);
}
