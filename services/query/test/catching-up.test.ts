import type { LedgerBlock } from "@scrip/ports";
import { formatCardId } from "@scrip/wire";
import { describe, expect, it, vi } from "vitest";
import { distributed, onlineRecord, spent } from "./coded-card.ts";
import { given } from "./given.ts";
import { RehearsalLedger } from "./rehearsal-ledger.ts";

const kept = { status: 503, code: "STORE_UNAVAILABLE", retryable: true };

/** A ledger that has more than it gives, until it may go on. */
function held(ledger: RehearsalLedger, given: number) {
  let goOn = (): void => undefined;
  const going = new Promise<void>((resolve) => (goOn = resolve));
  const blocks = ledger.blocks.bind(ledger);
  ledger.blocks = async (fromIndex: number, limit: number): Promise<LedgerBlock[]> => {
    const some = (await blocks(fromIndex, limit)).filter(({ height }) => height < given);
    if (some.length > 0) return some;
    await going;
    return await blocks(fromIndex, limit);
  };
  return () => goOn();
}

/** A copy in the making of a ledger with a card that can be used, born in its last block but one. */
async function inTheMaking(blocks: number) {
  const ledger = new RehearsalLedger();
  await ledger.begin();
  const { acts } = ledger.chain;
  acts.open(1);
  await ledger.seal();
  const card = distributed(acts.history);
  await ledger.seal();
  spent(acts.history, card, 100);
  await ledger.seal();
  const goOn = held(ledger, blocks);
  const here = await given({ ledger, behind: true });
  if (blocks > 0) await vi.waitFor(() => expect(here.store.size()).toBeGreaterThan(0));
  here.online.records.set(card.cardId, onlineRecord(acts.history, card));
  const headers = here.callers.key("OPERATOR");
  const verify = () =>
    here.app.inject({ method: "POST", url: "/v1/verify", payload: { code: card.code } });
  const get = (url: string) => here.app.inject({ url, headers });
  return { ...here, acts, card, id: formatCardId(card.cardId), goOn, get, verify };
}

describe("while the copy has not caught up since the start", () => {
  it("nobody is told of what it lacks that it is not there", async () => {
    const { get, verify, goOn, settled, id, query, app } = await inTheMaking(2);
    const event = `evt_${"ab".repeat(32)}`;
    const asked = [
      `/v1/cards/${id}`,
      `/v1/cards/${id}/history`,
      `/v1/cards/${id}/proof`,
      `/v1/events/${event}`,
      `/v1/events/${event}/proof`,
      "/v1/acceptors/store-1/write-offs",
      "/v1/ledger/rejections",
      "/v1/ledger/policy",
      "/checkpoint",
      "/tile/0/000.p/2",
      "/tile/entries/000.p/2",
    ];
    const answers = [await verify(), ...(await Promise.all(asked.map(get)))];
    for (const answer of answers) {
      expect(answer.json()).toMatchObject(kept);
      expect(answer.json().detail).toMatch(/catching up: \d+ of \d+ entries\.$/);
      expect(answer.headers["retry-after"]).toBe("1");
    }
    // Who may not ask at all is told that first; what watches the process goes on.
    expect((await app.inject(`/v1/cards/${id}`)).statusCode).toBe(401);
    for (const url of ["/healthz", "/metrics"]) expect((await get(url)).statusCode).toBe(200);
    goOn();
    await settled();
    await query.untilCaughtUp();
    expect((await get(`/v1/cards/${id}`)).statusCode).toBe(200);
    expect((await verify()).json()).toMatchObject({ confirmed: true });
    expect((await get("/v1/ledger/status")).json()).toMatchObject({ catchingUp: null });
  });

  it.each([0, 2])("the status says how far it is, after %i blocks", async (blocks) => {
    const { get, goOn, ledger, store } = await inTheMaking(blocks);
    const [verified, of] = [store.size(), ledger.state.size];
    await vi.waitFor(async () => {
      const { statusCode, ...answer } = await get("/v1/ledger/status");
      if (blocks > 0) {
        expect(statusCode).toBe(200);
        return expect(answer.json()).toMatchObject({
          size: verified,
          catchingUp: { verified, of },
        });
      }
      expect(answer.json()).toMatchObject(kept);
      expect(answer.json().detail).toContain(`: 0 of ${of} entries.`);
    });
    const promises = { missed: null, overdue: null, rejected: null };
    expect((await get("/v1/ledger/promises")).json()).toMatchObject(promises);
    goOn();
  });

  it("what lags later is served as it is", async () => {
    const { get, goOn, settled, query, id, ledger, acts, card } = await inTheMaking(2);
    goOn();
    await settled();
    await query.untilCaughtUp();
    ledger.blocks = () => Promise.resolve([]);
    spent(acts.history, card, 50);
    await ledger.seal();
    expect((await get(`/v1/cards/${id}`)).statusCode).toBe(200);
    expect((await get("/checkpoint")).statusCode).toBe(200);
  });
});
