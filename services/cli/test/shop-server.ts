import type { Fetch } from "@scrip/client";

interface Sale {
  readonly acceptor: string;
  readonly amount: number;
  readonly tenders: readonly [{ readonly wallet: string }];
  readonly minimumAvailable: number;
}
interface Grant {
  readonly holder: string;
  readonly amount: number;
}
interface Kept {
  readonly body: string;
  readonly status: number;
  readonly answer: object;
}

/** What a server does to a request: answers, loses it, or does it and loses the answer. */
export type Weather = "GOOD" | "LOST" | "ANSWER_LOST";

/**
 * Wallets behind the three routes a replay needs, as the services promise them: one effect per key, declines kept, 422
 * for another body. Stricter in one thing: two operations of one wallet at the same time are an error of the caller.
 */
export class ShopServer {
  readonly wallets = new Map<string, number>();
  /** Keys in the order in which they took effect. */
  readonly effects: string[] = [];
  readonly faults: string[] = [];
  weather: () => Weather = () => "GOOD";
  atOnce = 0;
  atOnceSeen = 0;
  readonly #kept = new Map<string, Kept>();
  readonly #busy = new Set<string>();

  readonly fetch: Fetch = async (url, init) => {
    const weather = this.weather();
    if (weather === "LOST") throw new TypeError("fetch failed");
    const answer = await this.#serve(new URL(url), init);
    if (weather === "ANSWER_LOST") throw new TypeError("terminated");
    return answer;
  };

  async #serve({ pathname, searchParams }: URL, init: RequestInit): Promise<Response> {
    const text = typeof init.body === "string" ? init.body : "";
    const key = new Headers(init.headers).get("idempotency-key") ?? "";
    const known = this.#kept.get(key);
    if (known !== undefined) return this.#again(known, text, searchParams.has("waitFor"));
    const body = JSON.parse(text) as Sale & Grant;
    const wallet = pathname === "/v1/write-offs" ? body.tenders[0].wallet : body.holder;
    return await this.#alone(wallet ?? "programs", () => {
      const [status, answer] = this.#decide(pathname, wallet ?? "", body);
      this.effects.push(key);
      this.#kept.set(key, { body: text, status, answer });
      return respond(status, answer);
    });
  }

  async #alone(wallet: string, serve: () => Response): Promise<Response> {
    if (this.#busy.has(wallet)) this.faults.push(`two at once for ${wallet}`);
    this.#busy.add(wallet);
    this.atOnce += 1;
    this.atOnceSeen = Math.max(this.atOnceSeen, this.atOnce);
    await new Promise((resolve) => setImmediate(resolve));
    this.atOnce -= 1;
    this.#busy.delete(wallet);
    return serve();
  }

  #again({ body, status, answer }: Kept, text: string, waits: boolean): Response {
    if (body !== text) return respond(422, problem("IDEMPOTENCY_KEY_REUSED"));
    const finality = waits ? { finality: "COMMITTED" } : {};
    return respond(status, { ...answer, ...finality }, { "idempotency-replayed": "true" });
  }

  #decide(path: string, wallet: string, body: Sale & Grant): readonly [number, object] {
    const available = this.wallets.get(wallet) ?? 0;
    if (path === "/v1/programs") return [201, { finality: "COMMITTED" }];
    if (path === "/v1/points-grants") {
      this.wallets.set(wallet, available + body.amount);
      return [200, { finality: "ACCEPTED" }];
    }
    if (body.acceptor === "store-closed") return [403, problem("ACCEPTOR_NOT_ALLOWED")];
    if (available === 0 || available < body.minimumAvailable) {
      return [402, { ...problem("BALANCE_INSUFFICIENT"), available }];
    }
    const amount = Math.min(available, body.amount);
    this.wallets.set(wallet, available - amount);
    return [200, { operation: { amount }, finality: "ACCEPTED" }];
  }
}

const problem = (code: string) => ({
  code,
  detail: `${code}.`,
  retryable: false,
  outcomeKnown: true,
});
const respond = (status: number, body: object, headers = {}): Response =>
  new Response(JSON.stringify(body), { status, headers });
