import { createHash } from "node:crypto";
import { expectStatus } from "./http.ts";
import type { RunningScrip } from "./running-scrip.ts";

export interface StockOrder {
  readonly programId: string;
  readonly count: number;
  readonly faceValue: number;
  /** How far the batch goes; default: distributed. */
  readonly until?: "GENERATED" | "ALLOCATED" | "ACTIVE";
  /** Confirm the codes, so that nobody can list them again. */
  readonly confirm?: boolean;
  readonly showBalance?: boolean;
  readonly expiresAt?: string;
  /** Default: 90. */
  readonly refundWindowDays?: number;
}

/** A batch, and its cards as their buyers hold them. */
export interface Stock {
  readonly batchId: string;
  /** The download, to the byte. */
  readonly download: string;
  readonly codes: readonly string[];
}

/**
 * Creates a gift-card program and takes a batch of it as far as is asked. Safe to repeat: every key is made from the
 * program's name.
 */
export async function stockCards(scrip: RunningScrip, order: StockOrder): Promise<Stock> {
  const { url, keys } = scrip;
  const { programId, count, faceValue, expiresAt, until = "ACTIVE" } = order;
  await openProgram(scrip, { ...order, kind: "GIFT_CARD" });
  const batch = await expectStatus(
    `${url}/v1/batches`,
    {
      key: keys.issuer,
      idempotencyKey: `${programId} batch`,
      body: { programId, count, faceValue, ...(expiresAt === undefined ? {} : { expiresAt }) },
    },
    202,
  );
  const { batchId } = batch.json.batch as { batchId: string };
  const at = `${url}/v1/batches/${batchId}`;
  await generated(at, keys.issuer);
  const download = (await expectStatus(`${at}/codes`, { key: keys.issuer }, 200)).text;
  const step = async (name: string, body: object): Promise<void> => {
    const asked = { key: keys.distributor, idempotencyKey: `${programId} ${name}`, body };
    // 202: it goes on, and the same key asks again.
    while ((await expectStatus(`${at}/${name}`, asked, 200, 202)).status === 202);
  };
  if (until !== "GENERATED") await step("acquire", { distributor: "north" });
  if (until === "ACTIVE") await step("distribute", { cards: "ALL" });
  if (order.confirm === true) await confirmCodes(scrip, { batchId, download, count });
  return { batchId, download, codes: download.trimEnd().split("\n") };
}

/** Tells the system that the download has arrived: from then on nobody can list the codes. */
export async function confirmCodes(
  { url, keys }: RunningScrip,
  { batchId, download, count }: { batchId: string; download: string; count: number },
): Promise<void> {
  const sha256 = createHash("sha256").update(download).digest("hex");
  await expectStatus(
    `${url}/v1/batches/${batchId}/codes/confirm`,
    { key: keys.issuer, body: { count, sha256 } },
    200,
  );
}

/** Opens a program of the issuer «acme». */
export async function openProgram(
  { url, keys }: RunningScrip,
  order: Pick<StockOrder, "programId" | "showBalance" | "refundWindowDays"> & {
    readonly kind: "GIFT_CARD" | "POINTS";
  },
): Promise<void> {
  const { programId, kind, showBalance = false, refundWindowDays = 90 } = order;
  const unit = kind === "POINTS" ? "PTS" : "CNY";
  const terms = { refundWindowDays, showBalance, backdatingDaysMax: 3_660 };
  const body = { programId, kind, unit, issuer: "acme", ...terms };
  await expectStatus(
    `${url}/v1/programs`,
    { key: keys.issuer, idempotencyKey: `${programId} program`, body },
    201,
    202,
  );
}

async function generated(batchUrl: string, key: string): Promise<void> {
  for (;;) {
    const { status } = (await expectStatus(batchUrl, { key }, 200)).json as { status: string };
    if (status === "GENERATED") return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
