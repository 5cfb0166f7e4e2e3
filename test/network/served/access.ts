import { beforeAll, describe, expect, it } from "vitest";
import { ask, expectStatus } from "../../stage/http.ts";
import type { Keys, RunningScrip } from "../../stage/running-scrip.ts";
import { stockCards } from "../../stage/stock.ts";

type Role = keyof Keys;
const allRoles = ["issuer", "distributor", "acceptor", "regulator", "operator"] as const;

/** Every route, and whose keys it takes. */
const routes: readonly [method: string, path: string, takes: readonly Role[] | "PUBLIC"][] = [
  ["POST", "/v1/programs", ["issuer"]],
  ["POST", "/v1/participants", ["operator"]],
  ["POST", "/v1/keys", ["operator"]],
  ["GET", "/v1/keys", ["operator"]],
  ["POST", "/v1/keys/x/rotate", ["operator"]],
  ["DELETE", "/v1/keys/x", ["operator"]],
  ["POST", "/v1/batches", ["issuer"]],
  ["GET", "/v1/batches/x", ["issuer", "distributor", "operator"]],
  ["GET", "/v1/batches/x/codes", ["issuer"]],
  ["POST", "/v1/batches/x/codes/confirm", ["issuer"]],
  ["GET", "/v1/batches/x/left-out?step=generate", ["issuer", "distributor", "operator"]],
  ["POST", "/v1/batches/x/acquire", ["distributor"]],
  ["POST", "/v1/batches/x/distribute", ["distributor", "issuer"]],
  ["POST", "/v1/points-grants", ["issuer"]],
  ["POST", "/v1/bindings", ["acceptor", "issuer"]],
  ["GET", "/v1/wallets/h-none", ["acceptor", "issuer"]],
  ["POST", "/v1/write-offs", ["acceptor"]],
  ["GET", "/v1/write-offs/x", ["acceptor", "operator"]],
  ["POST", "/v1/write-offs/x/refund", ["acceptor"]],
  ["GET", "/v1/cards/x", allRoles],
  ["GET", "/v1/cards/x/history", allRoles],
  ["GET", "/v1/cards/x/proof", allRoles],
  ["GET", "/v1/events/x", allRoles],
  ["GET", "/v1/programs/x/events", allRoles],
  ["GET", "/v1/acceptors/x/write-offs", allRoles],
  ["GET", "/v1/batches/x/cards", ["issuer", "distributor", "regulator", "operator"]],
  ["GET", "/v1/ledger/status", allRoles],
  ["GET", "/v1/ledger/promises", ["operator"]],
  ["GET", "/tile/entries/000.p/1", ["regulator", "operator"]],
  ["GET", "/v1/programs/x", allRoles],
  ["POST", "/v1/programs/x/versions", ["issuer"]],
  ["POST", "/v1/cards/x/load", ["issuer"]],
  ["POST", "/v1/cards/x/adjust", ["issuer"]],
  ["POST", "/v1/cards/x/suspend", ["issuer", "operator"]],
  ["POST", "/v1/cards/x/resume", ["issuer", "operator"]],
  ["POST", "/v1/cards/x/cancel", ["issuer", "operator"]],
  ["POST", "/v1/cards/x/replace", ["issuer"]],
  ["POST", "/v1/replacements/x/code/confirm", ["issuer"]],
  ["DELETE", "/v1/bindings/x?holder=h", ["acceptor", "issuer"]],
  ["POST", "/v1/bindings/x/transfer", ["acceptor", "issuer"]],
  ["GET", "/v1/events/x/proof", "PUBLIC"],
  ["POST", "/v1/verify", "PUBLIC"],
  ["GET", "/v1/ledger/policy", "PUBLIC"],
  ["GET", "/checkpoint", "PUBLIC"],
  ["GET", "/tile/0/000.p/1", "PUBLIC"],
  ["GET", "/healthz", "PUBLIC"],
  ["GET", "/readyz", "PUBLIC"],
  ["GET", "/metrics", "PUBLIC"],
  ["GET", "/openapi.json", "PUBLIC"],
];

/** Who gets in where, and what they may read there. */
export function accessCases(served: () => RunningScrip): void {
  const of = async (method: string, path: string, key?: string) => {
    const asked = { method, ...(method === "POST" ? { body: {} } : {}) };
    return await ask(`${served().url}${path}`, key === undefined ? asked : { ...asked, key });
  };

  describe.each(routes)("%s %s", (method, path, takes) => {
    it("takes the keys it should, and no others", async () => {
      const { keys } = served();
      const open = takes === "PUBLIC";
      const without = await of(method, path);
      if (open) expect([401, 403]).not.toContain(without.status);
      else {
        expect([without.status, without.json.code]).toEqual([401, "AUTHENTICATION_REQUIRED"]);
        expect(without.headers.get("www-authenticate")).toMatch(/^Bearer/);
        const wrong = await of(method, path, `${keys.issuer}x`);
        expect([wrong.status, wrong.json.code]).toEqual([401, "AUTHENTICATION_FAILED"]);
      }
      for (const role of allRoles) {
        const { status, json } = await of(method, path, keys[role]);
        if (open || takes.includes(role)) expect([role, 401, 403]).not.toContain(status);
        else expect([role, status, json.code]).toEqual([role, 403, "PERMISSION_DENIED"]);
      }
    });
  });

  it("counts whom it turned away, by reason and route", async () => {
    const { url } = served();
    const count = async (): Promise<number> => {
      const name =
        'scrip_calls_denied_total{reason="AUTHENTICATION_FAILED",route="/v1/cards/:id"} ';
      const { text } = await expectStatus(`${url}/metrics`, {}, 200);
      return Number(
        text
          .split("\n")
          .find((line) => line.startsWith(name))
          ?.slice(name.length) ?? 0,
      );
    };
    const before = await count();
    for (const id of ["a", "b", "c"]) await of("GET", `/v1/cards/${id}`, `sk_guess_${id}`);
    expect(await count()).toBe(before + 3);
  });

  describe("tiles", () => {
    let size: number;
    beforeAll(async () => {
      const { url } = served();
      await stockCards(served(), { programId: "access", count: 400, faceValue: 1, confirm: true });
      const [, line] = (await expectStatus(`${url}/checkpoint`, {}, 200)).text.split("\n");
      size = Number(line);
    });

    it("of hashes are public; a full one never changes, a partial one soon does", async () => {
      const { url } = served();
      const width = size % 256;
      const last = String(Math.floor(size / 256)).padStart(3, "0");
      const partial = await expectStatus(`${url}/tile/0/${last}.p/${width}`, {}, 200);
      expect(partial.headers.get("content-type")).toBe("application/octet-stream");
      expect(partial.headers.get("cache-control")).not.toContain("immutable");
      expect(Number(partial.headers.get("content-length"))).toBe(32 * width);
      if (size < 256) return;
      const full = await expectStatus(`${url}/tile/0/000`, {}, 200);
      expect(full.headers.get("cache-control")).toContain("immutable");
    });

    it("of entries are for those who oversee everything, and are not kept by caches in between", async () => {
      const { url, keys } = served();
      for (const key of [keys.regulator, keys.operator]) {
        const bundle = await expectStatus(`${url}/tile/entries/000.p/2`, { key }, 200);
        expect(bundle.headers.get("cache-control")).toMatch(/^private/);
      }
    });

    it("that the log does not have are not there", async () => {
      const { url, keys } = served();
      for (const path of ["0/999", "0/0", "0/000.p/256", "0/000.p/0", "9/000", "64/000", "x"]) {
        const { status, json } = await ask(`${url}/tile/${path}`, { key: keys.operator });
        expect([path, status, json.code]).toEqual([path, 404, "ROUTE_NOT_FOUND"]);
      }
    });
  });
}
