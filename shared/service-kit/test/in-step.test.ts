import Fastify, { type FastifyInstance } from "fastify";
import { describe, expect, it } from "vitest";
import { goInStep } from "../src/app/in-step.ts";

const requests = 3;

/** What an app did, in order: each request is admitted, then handled. */
function recording() {
  const steps: string[] = [];
  const app = Fastify();
  goInStep(app);
  app.addHook("onRequest", async () => void steps.push("admitted"));
  app.get("/", async () => {
    steps.push("handled");
    return "done";
  });
  return { app, steps };
}

/** One request in a callback of its own, as a socket's data are; those that are asked for together meet in one turn. */
const arriving = (app: FastifyInstance) =>
  new Promise<string>((resolve, reject) => {
    setImmediate(() => {
      app.inject("/").then(({ body }) => resolve(body), reject);
    });
  });

describe("requests of one turn", () => {
  it("go on together, each step of all before the next", async () => {
    const { app, steps } = recording();
    await app.ready();
    const answers = await Promise.all(Array.from({ length: requests }, () => arriving(app)));
    expect(answers).toEqual(["done", "done", "done"]);
    expect(steps).toEqual([
      ...Array.from({ length: requests }, () => "admitted"),
      ...Array.from({ length: requests }, () => "handled"),
    ]);
    await app.close();
  });

  it("wait for nobody of a later turn", async () => {
    const { app, steps } = recording();
    for (let nth = 0; nth < requests; nth += 1) await arriving(app);
    expect(steps).toEqual(["admitted", "handled", "admitted", "handled", "admitted", "handled"]);
    await app.close();
  });
});
