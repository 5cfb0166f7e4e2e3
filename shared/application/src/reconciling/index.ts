export { isInFlight } from "./in-flight.ts";
export type { LedgerCards, RejectedEvent } from "./ledger-cards.ts";
export {
  reconcileCard,
  type ReconcilePorts,
  type ReconcileRequest,
  type Truth,
} from "./reconcile.ts";
export { repairCard, type CardRepair, type RepairPorts } from "./repair-card.ts";
export { isUnborn } from "./standing.ts";
export { walletsByCommitment } from "./wallets.ts";
