interface Sent {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** Sends a request to whoever has its route. @throws TypeError when nobody has, or who has it does not answer */
export type Routed = (url: string, init: Sent) => Promise<Response>;

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly url: string;
}

/**
 * A fetch that sends each request to the service that has its route, as a gateway in front of them would: they say
 * themselves, in `/openapi.json`, which routes they have. A service that runs several times gets its requests in turn.
 */
export async function routedFetch(services: readonly (readonly string[])[]): Promise<Routed> {
  const tables = await Promise.all(services.map((urls) => routesOf(urls)));
  const routes = tables.flat();
  const turns = new Map<Route, number>();
  return async (url, init) => {
    const { pathname, search } = new URL(url);
    const fitting = routes.filter(
      ({ method, path }) => method === init.method && path.test(pathname),
    );
    const [first] = fitting;
    if (first === undefined) throw new TypeError(`no service has ${init.method} ${pathname}`);
    const turn = turns.get(first) ?? 0;
    turns.set(first, turn + 1);
    const { url: service } = fitting[turn % fitting.length] ?? first;
    return await fetch(`${service}${pathname}${search}`, init);
  };
}

async function routesOf(urls: readonly string[]): Promise<Route[]> {
  const [first = ""] = urls;
  const { paths } = (await (await fetch(`${first}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  return Object.entries(paths).flatMap(([template, methods]) =>
    Object.keys(methods).flatMap((method) =>
      urls.map((url) => ({ method: method.toUpperCase(), path: patternOf(template), url })),
    ),
  );
}

/** `*` stands for any rest; a parameter for one part of a path. */
const patternOf = (template: string): RegExp =>
  new RegExp(`^${template.replace(/\{\*\}|\*/g, ".+").replace(/\{[^}]+\}/g, "[^/]+")}$`);
