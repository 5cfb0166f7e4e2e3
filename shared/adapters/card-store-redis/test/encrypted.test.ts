import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { storeGiven } from "@scrip/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as redis from "../../../../infra/provision/tools/redis.mjs";
import { freePorts } from "../../../../infra/tooling/free-ports.mjs";
import { withTool } from "../../../../test/stage/with-tool.ts";
import { openCardStore } from "../src/index.ts";
import { optionsAt } from "./options.ts";
import { placeOf, servers } from "./running.ts";

const run = promisify(execFile);
const { birth, cardIdIn, fullCard, recordOf } = storeGiven;
const born = recordOf(fullCard(cardIdIn(1, "a")));

const openssl = {
  describe: "OpenSSL, to make certificates with",
  async find() {
    const said = await run("openssl", ["version"]).catch(() => null);
    return said === null ? { missing: "openssl is not installed" } : { version: said.stdout };
  },
};

await withTool(redis, (found) =>
  withTool(openssl, () => {
    describe("card store on Redis over an encrypted wire", () => {
      const at = servers(found);
      let folder: string;
      beforeAll(async () => {
        folder = await mkdtemp(join(tmpdir(), "scrip-certificates-"));
        for (const name of ["server", "stranger"]) await certificate(folder, name);
      });
      afterAll(() => rm(folder, { recursive: true }));

      it("keeps cards, and trusts no server but the one it was told of", async () => {
        const [port = 0] = await freePorts(1);
        await at.start({
          "tls-port": port,
          "tls-cert-file": join(folder, "server.crt"),
          "tls-key-file": join(folder, "server.key"),
          "tls-ca-cert-file": join(folder, "server.crt"),
          "tls-auth-clients": "no",
          requirepass: "secret",
        });
        const options = {
          ...optionsAt(placeOf({ port })),
          password: "secret",
          openWithinMs: 2_000,
        };
        const ca = await readFile(join(folder, "server.crt"), "utf8");
        const store = await openCardStore({ ...options, tls: { ca } });
        await store.openForWrites(await store.serving());
        await store.save(birth(born, 1));
        expect(await store.card(born.card.cardId)).toEqual(born);
        await store.close();
        const strange = await readFile(join(folder, "stranger.crt"), "utf8");
        const unavailable = { code: "UNAVAILABLE" };
        const distrusting = openCardStore({ ...options, tls: { ca: strange } });
        await expect(distrusting).rejects.toMatchObject(unavailable);
        await expect(openCardStore(options)).rejects.toMatchObject(unavailable);
      });
    });
  }),
);

/** A key and a certificate for 127.0.0.1 that nobody else has signed. */
async function certificate(folder: string, name: string): Promise<void> {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const files = ["-keyout", join(folder, `${name}.key`), "-out", join(folder, `${name}.crt`)];
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  await run("openssl", ["req", "-x509", "-days", "2", ...key, ...files, ...subject]);
}
