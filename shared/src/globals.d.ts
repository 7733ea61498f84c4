// What browsers and Node both have, and no more: shared code is checked without either's own types.

declare global {
  interface URLSearchParams {
    get(name: string): string | null;
    keys(): IterableIterator<string>;
  }

  interface URL {
    hash: string;
    search: string;
    readonly hostname: string;
    readonly href: string;
    readonly pathname: string;
    readonly protocol: string;
    readonly searchParams: URLSearchParams;
  }

  var URL: new (url: string, base?: string) => URL;
  var URLSearchParams: new (query: string) => URLSearchParams;
}

export {};
