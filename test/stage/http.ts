/** One answer, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body, when it is JSON. */
  // oxlint-disable-next-line typescript/no-explicit-any -- a test reads answers of every shape
  readonly json: any;
}

export interface Asked {
  readonly method?: string;
  readonly key?: string;
  readonly idempotencyKey?: string;
  /** Sent as JSON; a string or bytes are sent as they are. */
  readonly body?: unknown;
  /** Further headers, or others in place of the usual ones. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Every problem that was answered to `ask` so far, for whoever compares them with what the API says of itself. */
export const problemsSeen: {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly code: string;
}[] = [];

/** Asks once, over real HTTP. @throws TypeError when the server is not there or goes away. */
export async function ask(url: string, asked: Asked = {}): Promise<Answer> {
  const { key, idempotencyKey, body } = asked;
  const response = await fetch(url, {
    method: asked.method ?? (body === undefined ? "GET" : "POST"),
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...asked.headers,
    },
    ...(body === undefined ? {} : { body: bytesOf(body) }),
  });
  const text = await response.text();
  const contentType = response.headers.get("content-type") ?? "";
  const json = contentType.includes("json") ? JSON.parse(text) : null;
  if (contentType.includes("problem+json")) {
    const { pathname: path } = new URL(url);
    const method = asked.method ?? (body === undefined ? "GET" : "POST");
    problemsSeen.push({ method, path, status: response.status, code: String(json.code) });
  }
  return { status: response.status, headers: response.headers, text, json };
}

const bytesOf = (body: unknown): string | Uint8Array<ArrayBuffer> => {
  if (typeof body === "string") return body;
  return body instanceof Uint8Array ? Uint8Array.from(body) : JSON.stringify(body);
};

/** Asks and expects one of these statuses. */
export async function expectStatus(
  url: string,
  asked: Asked,
  ...statuses: number[]
): Promise<Answer> {
  const answer = await ask(url, asked);
  if (!statuses.includes(answer.status)) {
    const method = asked.method ?? (asked.body === undefined ? "GET" : "POST");
    throw new Error(`${method} ${url}: ${answer.status} ${answer.text}`);
  }
  return answer;
}
