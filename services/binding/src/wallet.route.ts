import { balancesOf, walletBalances, walletRecords } from "@scrip/application";
import type { Card } from "@scrip/domain";
import {
  Problem,
  callerOf,
  mayUseProgram,
  requireHoldersAct,
  type DependencyContainer,
} from "@scrip/service-kit";
import { formatCardId, formatTime, pageQuery, walletAnswer, walletParams } from "@scrip/wire";
import type { PageQuery, WalletAnswer, WalletParams } from "@scrip/wire";
import type { FastifyInstance } from "fastify";
import { pageOf } from "./page.ts";
import { tokens } from "./tokens.ts";

/** `GET /v1/wallets/{holder}`: what a holder has in the caller's programs, as the online state says. */
export function walletRoute(app: FastifyInstance, container: DependencyContainer): void {
  const ports = container.resolve(tokens.ports);

  app.get<{ Params: WalletParams; Querystring: PageQuery }>(
    "/v1/wallets/:holder",
    {
      config: { access: ["ACCEPTOR", "ISSUER"] },
      schema: { params: walletParams, querystring: pageQuery, response: { 200: walletAnswer } },
    },
    async (request): Promise<WalletAnswer> => {
      const caller = callerOf(request);
      requireHoldersAct(caller);
      const { holder } = request.params;
      const identity = await ports.vault.find(holder);
      if (identity === undefined) throw new Problem("HOLDER_NOT_FOUND");
      const records = await walletRecords(ports.store, identity.walletId);
      const cards = records
        .map((record) => record.card)
        .filter((card) => mayUseProgram(caller, card.programId));
      const page = pageOf(cards, request.query);
      const nowMs = ports.clock.nowMs();
      const program = (card: Card) => ports.registry.ruling(card.programId, nowMs);
      const view = { cards, program, nowMs };
      const units = [...new Set(cards.map((card) => card.unit))].sort();
      return {
        holder,
        balances: units.map((unit) => walletBalances(view, unit)),
        cards: page.items.map((card) => described(card)),
        nextCursor: page.nextCursor,
      };
    },
  );
}

const described = (card: Card) => ({
  cardId: formatCardId(card.cardId),
  programId: card.programId,
  status: card.standing.status,
  expiresAt: card.expiresAtMs === null ? null : formatTime(card.expiresAtMs),
  ...balancesOf([card], card.unit),
});
