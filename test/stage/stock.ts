import { createHash } from "node:crypto";
import { expectStatus } from "./http.ts";
import type { RunningScrip } from "./running-scrip.ts";

/** A gift card as its buyer holds it. */
export interface Stocked {
  readonly code: string;
}

export interface StockOrder {
  readonly programId: string;
  readonly count: number;
  readonly faceValue: number;
  /** Confirm the codes, so that nobody can list them again. */
  readonly confirm: boolean;
}

/** Creates a gift-card program and distributes a batch of it. Safe to repeat: every key is made from the order. */
export async function stockCards(
  scrip: RunningScrip,
  order: StockOrder,
): Promise<{ batchId: string; codes: string[] }> {
  const { url, keys } = scrip;
  const { programId, count, faceValue } = order;
  const program = {
    programId,
    kind: "GIFT_CARD",
    unit: "CNY",
    issuer: "acme",
    refundWindowDays: 90,
    showBalance: false,
  };
  const issuer = (name: string) => ({ key: keys.issuer, idempotencyKey: `${programId} ${name}` });
  const distributor = (name: string) => ({
    key: keys.distributor,
    idempotencyKey: `${programId} ${name}`,
  });
  await expectStatus(`${url}/v1/programs`, { ...issuer("program"), body: program }, 201, 202);
  const batch = await expectStatus(
    `${url}/v1/batches`,
    { ...issuer("batch"), body: { programId, count, faceValue } },
    202,
  );
  const { batchId } = batch.json.batch as { batchId: string };
  const at = `${url}/v1/batches/${batchId}`;
  await generated(at, keys.issuer);
  const codes = (await expectStatus(`${at}/codes`, { key: keys.issuer }, 200)).text;
  await expectStatus(
    `${at}/acquire`,
    { ...distributor("acquire"), body: { distributor: "north" } },
    200,
  );
  await expectStatus(
    `${at}/distribute`,
    { ...distributor("distribute"), body: { cards: "ALL" } },
    200,
  );
  if (order.confirm) {
    const sha256 = createHash("sha256").update(codes).digest("hex");
    await expectStatus(`${at}/codes/confirm`, { key: keys.issuer, body: { count, sha256 } }, 200);
  }
  return { batchId, codes: codes.trimEnd().split("\n") };
}

async function generated(batchUrl: string, key: string): Promise<void> {
  for (;;) {
    const { status } = (await expectStatus(batchUrl, { key }, 200)).json as { status: string };
    if (status === "GENERATED") return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
