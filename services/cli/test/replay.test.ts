import { describe, expect, it } from "vitest";
import { csvHeader, csvLine, csvOf, generateBaskets } from "./generate-baskets.ts";
import type { Line } from "./generate-baskets.ts";
import { ShopServer } from "./shop-server.ts";
import { stage } from "./stage.ts";

const baskets = generateBaskets(200);
const summaryOf = (out: readonly string[]): Record<string, number> =>
  JSON.parse(out.at(-1) ?? "{}") as Record<string, number>;

/** What the baskets must come to, reckoned without the code under test. */
function expected(lines: readonly Line[]) {
  const wallets = new Map<string, number>();
  let [granted, redeemed, declined] = [0, 0, 0];
  for (const { household, amount } of lines) {
    const points = wallets.get(household) ?? 0;
    const spent = amount > 0 && points >= 20 ? Math.min(points, amount) : 0;
    const earned = Math.floor((amount - spent) / 100);
    if (amount > 0 && points < 20) declined += 1;
    wallets.set(household, points - spent + earned);
    granted += earned;
    redeemed += spent;
  }
  return { wallets, sums: { pointsGranted: granted, pointsRedeemed: redeemed, declined } };
}

describe("a replay", () => {
  it("sells every basket, in order per household and several households at once", async () => {
    const shops = new ShopServer();
    const { scrip, file, out, err } = stage({ fetch: shops.fetch });
    expect(await scrip("replay", file("b.csv", csvOf(baskets)), "--json")).toBe(0);
    const { wallets, sums } = expected(baskets);
    expect(summaryOf(out)).toMatchObject({ baskets: 200, linesLeftOut: 0, ...sums });
    for (const [household, points] of wallets) expect(shops.wallets.get(household)).toBe(points);
    expect(shops.faults).toEqual([]);
    for (const household of wallets.keys()) {
      const inFile = baskets.filter((line) => line.household === household);
      const places = inFile.map(({ basketId }) =>
        shops.effects.indexOf(`basket ${basketId} write-off`),
      );
      const sent = places.filter((place) => place >= 0);
      expect(sent).toEqual(sent.toSorted((a, b) => a - b));
    }
    expect(shops.atOnceSeen).toBeGreaterThan(1);
    expect(err).toEqual([]);
  });

  it("serves no more households at once than it is told", async () => {
    const shops = new ShopServer();
    const { scrip, file } = stage({ fetch: shops.fetch });
    const many = generateBaskets(60, { households: 30 });
    expect(await scrip("replay", file("b.csv", csvOf(many)), "--households", "2")).toBe(0);
    expect(shops.atOnceSeen).toBe(2);
  });

  it("run again changes nothing and says so", async () => {
    const shops = new ShopServer();
    const { scrip, file, out } = stage({ fetch: shops.fetch });
    const path = file("b.csv", csvOf(baskets));
    await scrip("replay", path);
    const [effects, lines] = [shops.effects.length, out.length];
    expect(await scrip("replay", path)).toBe(0);
    expect(shops.effects).toHaveLength(effects);
    expect(out.slice(lines)).toContain("nothing changed: all 200 baskets were here before");
    expect(out.slice(lines).join("\n")).toContain("nothing new to measure");
  });

  it("tells points, stores, speed and the time to COMMITTED", async () => {
    const shops = new ShopServer();
    const { scrip, file, out } = stage({ fetch: shops.fetch });
    await scrip("replay", file("b.csv", csvOf(baskets)));
    const text = out.join("\n");
    expect(text).toMatch(/granted +[0-9,]+ points in [0-9,]+ grants/);
    expect(text).toMatch(/redeemed +[0-9,]+ points in [0-9,]+ write-offs; [0-9,]+ declined/);
    expect(text).toMatch(/requests +[0-9,]+ in [0-9.]+ s, [0-9]+\/s/);
    expect(text).toMatch(
      /committed p50 [0-9]+ ms, p99 [0-9]+ ms after accepted \([0-9]+ samples\)/,
    );
    const sold = new Map<string, number>();
    for (const { store, amount } of baskets) sold.set(store, (sold.get(store) ?? 0) + amount);
    const [best] = [...sold].sort((a, b) => b[1] - a[1]);
    const rows = out.slice(out.findIndex((line) => line.includes("stores that sold most")) + 2);
    expect(rows[0]?.trim().split(/ +/).slice(0, 1)).toEqual([best?.[0]]);
    expect(rows[0]).toContain(best?.[1].toLocaleString("en"));
  });

  it("goes on over lost requests and lost answers, and every basket counts once", async () => {
    const shops = new ShopServer();
    let count = 0;
    const weathers = ["GOOD", "ANSWER_LOST", "GOOD", "LOST", "GOOD", "GOOD"] as const;
    shops.weather = () => weathers[count++ % weathers.length] ?? "GOOD";
    const few = baskets.slice(0, 12);
    const { scrip, file } = stage({ fetch: shops.fetch });
    expect(await scrip("replay", file("b.csv", csvOf(few)))).toBe(0);
    const { wallets } = expected(few);
    for (const [household, points] of wallets) expect(shops.wallets.get(household)).toBe(points);
    expect(new Set(shops.effects).size).toBe(shops.effects.length);
  });

  it("that was ended goes on where it was", async () => {
    const shops = new ShopServer();
    const { scrip, file, err, out, interruption } = stage({ fetch: shops.fetch });
    const path = file("b.csv", csvOf(baskets));
    shops.weather = () => {
      if (shops.effects.length === 40) interruption.abort();
      return "GOOD";
    };
    expect(await scrip("replay", path)).toBe(130);
    expect(err).toContain("scrip: ended; running it again goes on from there");
    expect(shops.effects.length).toBeLessThan(150);
    const again = stage({ fetch: shops.fetch });
    expect(await again.scrip("replay", path, "--json")).toBe(0);
    const { wallets, sums } = expected(baskets);
    expect(summaryOf(again.out)).toMatchObject(sums);
    for (const [household, points] of wallets) expect(shops.wallets.get(household)).toBe(points);
    expect(out.length).toBeGreaterThan(0);
  });
});

describe("a basket seen before", () => {
  const [first, second] = baskets as [Line, Line];
  const costly = { ...first, amount: 5_000 };

  it("with the same content counts as done", async () => {
    const shops = new ShopServer();
    const { scrip, file, out } = stage({ fetch: shops.fetch });
    expect(await scrip("replay", file("b.csv", csvOf([costly, costly])), "--json")).toBe(0);
    expect(summaryOf(out)).toMatchObject({ baskets: 2, basketsSeenBefore: 1, linesLeftOut: 0 });
    expect(shops.wallets.get(first.household)).toBe(50);
  });

  it("with other content is told with its line, and nothing of it happens", async () => {
    const shops = new ShopServer();
    const { scrip, file, err } = stage({ fetch: shops.fetch });
    const path = file("b.csv", csvOf([costly, second, { ...costly, amount: 900_000 }]));
    expect(await scrip("replay", path)).toBe(1);
    expect(err[0]).toContain("line 4: IDEMPOTENCY_KEY_REUSED");
    expect(err.at(-1)).toBe("scrip: 1 lines were left out");
    expect(shops.wallets.get(costly.household) ?? 0).toBeLessThan(1_000);
  });
});

describe("a file", () => {
  const good = csvLine({ ...(baskets[0] as Line), amount: 1_000 });
  const replay = async (content: string | Uint8Array) => {
    const shops = new ShopServer();
    const { scrip, file, err } = stage({ fetch: shops.fetch });
    const exitCode = await scrip("replay", file("b.csv", content));
    return { exitCode, err, effects: shops.effects };
  };

  it.each([
    ["", "is empty"],
    ["basket_id,store_id,time\n", "names no column household_id, amount_minor"],
    [`${csvHeader},time\n`, "names time twice"],
    [`"${csvHeader}\n`, "its quotes do not match"],
  ])(
    "that does not begin with its columns is refused before anything: %j",
    async (text, reason) => {
      const { exitCode, err, effects } = await replay(text);
      expect(exitCode).toBe(1);
      expect(err.join("\n")).toContain(reason);
      expect(err).toHaveLength(1);
      expect(effects).toEqual([]);
    },
  );

  it("that is not there is refused", async () => {
    const { scrip, err, dir } = stage();
    expect(await scrip("replay", `${dir}/no.csv`)).toBe(1);
    expect(err).toEqual([`scrip: cannot read ${dir}/no.csv: there is no such file`]);
  });

  it.each([
    ["x y,1,300,5,2017-01-01T11:53:26Z", "basket_id"],
    ["2,,300,5,2017-01-01T11:53:26Z", "household_id"],
    ["2,1,Böhm,5,2017-01-01T11:53:26Z", "store_id"],
    ["2,1,300,5.5,2017-01-01T11:53:26Z", "amount_minor"],
    ["2,1,300,-5,2017-01-01T11:53:26Z", "amount_minor"],
    ["2,1,300,9999999999999999,2017-01-01T11:53:26Z", "amount_minor"],
    ["2,1,300,,2017-01-01T11:53:26Z", "amount_minor"],
    ["2,1,300,5,2017-02-30T11:53:26Z", "time"],
    ["2,1,300,5,2017-01-01 11:53:26", "time"],
    ["2,1,300,5", "it has 4 values, not 5"],
    ['2,"1,300,5,2017-01-01T11:53:26Z', "its quotes do not match"],
    [`2,${"1".repeat(5_000)},300,5,2017-01-01T11:53:26Z`, "longer than 4096 bytes"],
    ["2,1,closed,5,2017-01-01T11:53:26Z", "ACCEPTOR_NOT_ALLOWED"],
  ])("with the line %.50s leaves that line out, with its number", async (line, reason) => {
    const { exitCode, err, effects } = await replay(`${csvHeader}\n${line}\n${good}\n`);
    expect(exitCode).toBe(1);
    expect(err[0]).toMatch(/b\.csv line 2: /);
    expect(err[0]).toContain(reason);
    const done = effects.filter(
      (key) => key.startsWith("basket") && reason !== "ACCEPTOR_NOT_ALLOWED",
    );
    expect(done.every((key) => key.startsWith("basket 31000000000 "))).toBe(true);
    expect(effects).toContain("basket 31000000000 grant");
  });

  it("that breaks off in a line tells its number", async () => {
    for (const cut of [1, 8, 20, 30]) {
      const { exitCode, err, effects } = await replay(`${csvHeader}\n${good.slice(0, -cut)}`);
      expect(exitCode).toBe(1);
      expect(err[0]).toContain("line 2: ");
      expect(effects).toEqual(["replay program"]);
    }
    // The columns in another order: half a number is still a number.
    const other =
      "time,basket_id,household_id,store_id,amount_minor\n2017-01-01T11:53:26Z,7,1,300,12";
    expect((await replay(other)).err[0]).toContain("line 2: the file breaks off in it");
    expect((await replay(`${other}\n`)).exitCode).toBe(0);
  });

  it("may have no last line end, other columns, quotes, a byte order mark and the line ends of Windows", async () => {
    expect((await replay(`${csvHeader}\n${good}`)).exitCode).toBe(0);
    const [id, household, store, amount, time] = good.split(",");
    const rich = `\ufefftime,note,"store_id",basket_id,household_id,amount_minor\r\n${time},"a, b",${store},${id},"${household}",${amount}\r\n\r\n`;
    const { exitCode, effects } = await replay(rich);
    expect(exitCode).toBe(0);
    expect(effects).toContain("basket 31000000000 grant");
  });

  it("with many wrong lines tells the first of them and their number", async () => {
    const { exitCode, err } = await replay(`${csvHeader}\n${"wrong\n".repeat(50)}`);
    expect(exitCode).toBe(1);
    expect(err).toHaveLength(21);
    expect(err.at(-1)).toBe("scrip: 50 lines were left out, the first 20 above");
  });
});

describe("a server", () => {
  const problemFetch = (status: number, code: string) => async () =>
    new Response(JSON.stringify({ code, detail: "So.", retryable: false }), { status });

  it("that does not take the keys ends the replay at once", async () => {
    const { scrip, file, err } = stage({ fetch: problemFetch(401, "AUTHENTICATION_FAILED") });
    expect(await scrip("replay", file("b.csv", csvOf(baskets)))).toBe(1);
    expect(err).toEqual(["scrip: the server says AUTHENTICATION_FAILED: So."]);
  });

  it("that breaks while it is used ends the replay with the line and how to go on", async () => {
    const shops = new ShopServer();
    const broken = problemFetch(500, "INTERNAL");
    const fetch: typeof shops.fetch = async (url, init) =>
      await (shops.effects.length < 30 ? shops.fetch(url, init) : broken());
    const { scrip, file, err } = stage({ fetch });
    expect(await scrip("replay", file("b.csv", csvOf(baskets)))).toBe(1);
    expect(err.at(-1)).toMatch(
      /^scrip: stopped at line [0-9]+: INTERNAL: So\.; running it again goes on from there$/,
    );
    // What was under way when it broke, one request per household, may still have arrived.
    expect(shops.effects.length).toBeLessThanOrEqual(30 + 5);
  });
});
