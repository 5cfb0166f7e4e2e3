import type { ApiKey, Caller } from "@scrip/ports";
import { formatKeyId, formatTime, type ApiKeyView } from "@scrip/wire";

/** A key as operators see it. */
export const keyView = ({ keyId, caller, madeAtMs, revokedAtMs }: ApiKey): ApiKeyView => ({
  keyId: formatKeyId(keyId),
  participant: caller.participantId,
  role: caller.role,
  scope: scopeView(caller),
  status: revokedAtMs === null ? "ACTIVE" : "REVOKED",
  createdAt: madeAtMs === null ? null : formatTime(madeAtMs),
  revokedAt: revokedAtMs === null ? null : formatTime(revokedAtMs),
});

const scopeView = ({ scope }: Caller): ApiKeyView["scope"] => ({
  programs: scope.programs,
  participants: scope.participants,
  flags: scope.holdersAct ? ["holders:act"] : [],
});
