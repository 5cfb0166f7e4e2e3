import type { World } from "./world.ts";

/** Two programs and a batch of cards in the hands of consumers, before anything goes wrong. @returns the codes */
export async function setStage(
  world: World,
  { cards, faceValue }: { readonly cards: number; readonly faceValue: number },
): Promise<readonly string[]> {
  let keys = 0;
  const post = async (path: string, role: string, body: object) => {
    const key = `stage ${(keys += 1)}`;
    const { status, json } = await world.ask("POST", path, { role, key, body });
    if (status < 200 || status > 299) throw new Error(`${path}: ${JSON.stringify(json)}`);
    return json;
  };
  const terms = { issuer: "acme", refundWindowDays: 90, showBalance: false };
  const gifts = { programId: "sim-cards", kind: "GIFT_CARD", unit: "CNY", ...terms };
  const points = { programId: "sim-points", kind: "POINTS", unit: "PTS", ...terms };
  await post("/v1/programs", "issuer", gifts);
  await post("/v1/programs", "issuer", points);
  const order = { programId: "sim-cards", count: cards, faceValue };
  const { batchId } = (await post("/v1/batches", "issuer", order)).batch;
  const at = `/v1/batches/${batchId}`;
  const issuer = { role: "issuer" };
  while ((await world.ask("GET", at, issuer)).json.status !== "GENERATED") {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const codes = String((await world.ask("GET", `${at}/codes`, issuer)).json);
  await post(`${at}/acquire`, "distributor", { distributor: "north" });
  await post(`${at}/distribute`, "distributor", { cards: "ALL" });
  // Stores are registered on first use: once here, where nothing fails yet.
  for (const participantId of ["store-1", "store-2"]) {
    await post("/v1/participants", "operator", { participantId });
  }
  return codes.trimEnd().split("\n");
}
