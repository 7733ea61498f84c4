// What browsers and Node both have, and no more: shared code is checked without either's own types.

declare global {
  interface URLSearchParams {
    get(name: string): string | null;
    set(name: string, value: string): void;
    delete(name: string): void;
    keys(): IterableIterator<string>;
    [Symbol.iterator](): IterableIterator<[string, string]>;
  }

  interface URL {
    hash: string;
    search: string;
    pathname: string;
    readonly host: string;
    readonly hostname: string;
    readonly href: string;
    readonly origin: string;
    readonly protocol: string;
    readonly searchParams: URLSearchParams;
  }

  var URL: new (url: string, base?: string) => URL;
  var URLSearchParams: new (query: string) => URLSearchParams;
}

export {};
