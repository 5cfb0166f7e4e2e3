/** Times a command is decided anew because someone saved first; beyond it the caller gets VERSION_CONFLICT. */
export const conflictRetriesMax = 100;

/** Requests of one process that wait for the same card or wallet, the one at work included. */
export const waitingPerTurnMax = 1_000;

/** Wallet index entries read per page. */
export const walletPageCards = 1_000;

/** Lots and cards of one wallet that are looked at. */
export const walletCardsMax = 20_000;
