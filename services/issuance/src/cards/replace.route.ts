import {
  confirmSuccessorCode,
  findReplacement,
  operationAnswer,
  replaceCard,
  successorCode,
  successorIn,
  type KeyedResult,
} from "@scrip/application";
import {
  Problem,
  refusalProblem,
  sendAnswer,
  type DependencyContainer,
  type FieldError,
} from "@scrip/service-kit";
import {
  cardParams,
  codeConfirmAnswer,
  codeConfirmBody,
  formatCardId,
  parseOperationId,
  parseTimeOrNull,
  replaceAnswer,
  replaceBody,
  waitMsOf,
  waitQuery,
} from "@scrip/wire";
import type { CardParams, CodeConfirmBody, ReplaceBody, WaitQuery } from "@scrip/wire";
import type { FastifyInstance } from "fastify";
import { tokens } from "../tokens.ts";
import { requireToCome } from "./to-come.ts";
import { cardRequest, mayOrder } from "./card-request.ts";

/**
 * `POST /v1/cards/{id}/replace`: a new card in the place of one; its code is told to whoever asks under the same key,
 * until `POST /v1/replacements/{id}/code/confirm` says that it arrived.
 */
export function replaceRoutes(app: FastifyInstance, container: DependencyContainer): void {
  const ports = container.resolve(tokens.ports);
  const vault = container.resolve(tokens.batchVault);
  const turns = container.resolve(tokens.turns);
  const answering = container.resolve(tokens.answering);

  /** What is stored nowhere and told beside the answer. */
  const codeOf = async (result: KeyedResult): Promise<object> => {
    if (result.kind !== "OUTCOME" || result.outcome.kind === "DECLINED") return {};
    const { opId, answer } = result.outcome;
    const successor = successorIn(answer);
    if (successor === null) throw new Error("a replacement that names no successor");
    return await successorCode(ports.hash, vault, { opId, successor });
  };

  app.post<{ Params: CardParams; Body: ReplaceBody; Querystring: WaitQuery }>(
    "/v1/cards/:id/replace",
    {
      config: { access: ["ISSUER"], idempotent: true },
      schema: {
        params: cardParams,
        querystring: waitQuery,
        body: replaceBody,
        response: { 200: replaceAnswer },
      },
    },
    async (request, reply) => {
      const { expiresAt } = request.body;
      const asked = cardRequest(ports, request);
      const expiresAtMs = expiresAt === undefined ? "SAME" : parseTimeOrNull(expiresAt);
      const atMs = expiresAtMs === "SAME" ? null : expiresAtMs;
      await requireToCome(ports, asked.opId, { field: "expiresAt", atMs });
      const result = await replaceCard({ ports, vault, turns }, { ...asked, expiresAtMs });
      const answer = await operationAnswer(result, answering, waitMsOf(request.query));
      if (answer.kind === "NO") throw refusalProblem(answer, faultsOf(request.body, answer.code));
      const body = { ...answer.body, ...(await codeOf(result)) };
      return sendAnswer(reply.header("cache-control", "no-store"), { ...answer, body });
    },
  );

  app.post<{ Params: CardParams; Body: CodeConfirmBody }>(
    "/v1/replacements/:id/code/confirm",
    {
      config: { access: ["ISSUER"] },
      schema: { params: cardParams, body: codeConfirmBody, response: { 200: codeConfirmAnswer } },
    },
    async (request) => {
      const ref = parseOperationId(request.params.id);
      const maySee = mayOrder(request);
      const replacement = ref && (await findReplacement(ports.store, ref, maySee));
      if (!replacement)
        throw new Problem("CARD_NOT_FOUND", { detail: "There is no such replacement." });
      const { sha256 } = request.body;
      if (!(await confirmSuccessorCode(ports.hash, vault, { replacement, sha256 })))
        throw new Problem("CODES_CONFIRM_MISMATCH");
      return { cardId: formatCardId(replacement.successor), codes: "WIPED" };
    },
  );
}

/** What an expired card lacks to be issued again: without a new expiry its successor would be expired as well. */
function faultsOf({ expiresAt }: ReplaceBody, code: string): FieldError[] {
  if (code !== "CARD_EXPIRED" || expiresAt !== undefined) return [];
  const detail =
    "is needed for a card that has expired: when the new card expires, or null for never";
  return [{ in: "body", field: "/expiresAt", detail }];
}
