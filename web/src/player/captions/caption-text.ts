/**
 * The text of a cue as media-captions may have it. That library undoes entities and puts what it gets into the page as HTML, so a file could bring
 * elements and handlers along: what is an entity is made one twice, and tags keep nothing that ends an attribute.
 */
export function safeCueText(text: string): string {
  return text.replace(/<[^>]*>?|[^<]+/g, (part) =>
    part.startsWith('<') ? part.replace(/["'`&]/g, '') : part.replaceAll('&', '&amp;').replaceAll('>', '&amp;gt;'),
  );
}
