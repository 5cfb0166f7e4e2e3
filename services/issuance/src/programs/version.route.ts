import {
  changeProgram,
  committedProgram,
  controlAnswer,
  programText,
  type OperationAnswer,
} from "@scrip/application";
import { isName, participantId, programId, type Program } from "@scrip/domain";
import type { Registry } from "@scrip/ports";
import {
  Problem,
  callerOf,
  idempotencyKeyOf,
  mayKnow,
  mayUseProgram,
  requireCommitted,
  requireParticipant,
  sendAnswer,
  type DependencyContainer,
} from "@scrip/service-kit";
import {
  opIdOf,
  parseTimeOrNull,
  programAnswer,
  programParams,
  programVersionBody,
  programVersionsAnswer,
  programVersionsShownMax,
} from "@scrip/wire";
import type { ProgramAnswer, ProgramParams, ProgramVersionBody } from "@scrip/wire";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { refuseNew, requireToCome } from "../cards/to-come.ts";
import { tokens } from "../tokens.ts";
import { effectiveFromAheadMaxMs, effectiveFromBehindMaxMs } from "./limits.ts";
import { refusePending } from "./pending-version.ts";
import { versionFaults } from "./term-faults.ts";
import { namedTerms } from "./terms.ts";

/** `GET /v1/programs/{id}` and `POST …/versions`: a program's terms, now and from some time on. */
export function versionRoutes(app: FastifyInstance, container: DependencyContainer): void {
  const ports = container.resolve(tokens.ports);
  const finality = container.resolve(tokens.finality);
  const { registry } = ports;

  /** The version that rules now. @throws Problem PROGRAM_NOT_FOUND, also for one out of scope; NOT_COMMITTED_YET */
  const rulingOf = async (request: FastifyRequest<{ Params: ProgramParams }>): Promise<Program> => {
    const { id } = request.params;
    if (!isName(id) || !mayKnow(request, mayUseProgram(callerOf(request), id)))
      throw new Problem("PROGRAM_NOT_FOUND");
    return requireCommitted(await committedProgram(ports, programId(id)), "PROGRAM_NOT_FOUND");
  };

  app.get<{ Params: ProgramParams }>(
    "/v1/programs/:id",
    {
      config: { access: ["ISSUER", "DISTRIBUTOR", "ACCEPTOR", "REGULATOR", "OPERATOR"] },
      schema: { params: programParams, response: { 200: programVersionsAnswer } },
    },
    async (request) => {
      const ruling = await rulingOf(request);
      const { kind, unit, issuer } = ruling;
      const versions = newestOf(registry, ruling).map(programText);
      return { programId: ruling.programId, kind, unit, issuer, ruling: ruling.version, versions };
    },
  );

  app.post<{ Params: ProgramParams; Body: ProgramVersionBody }>(
    "/v1/programs/:id/versions",
    {
      config: { access: ["ISSUER"], idempotent: true },
      schema: {
        params: programParams,
        body: programVersionBody,
        response: { 201: programAnswer, 202: programAnswer },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const ruling = await rulingOf(request);
      const { programId: id, issuer } = ruling;
      requireParticipant(caller, issuer);
      const { effectiveFrom } = request.body;
      const opId = opIdOf(ports.hash, caller.participantId, idempotencyKeyOf(request));
      const effectiveFromMs = parseTimeOrNull(effectiveFrom);
      await requireToCome(ports, opId, {
        field: "effectiveFrom",
        atMs: effectiveFromMs,
        behindMaxMs: effectiveFromBehindMaxMs,
        aheadMaxMs: effectiveFromAheadMaxMs,
      });
      const newest = registry.program(id) ?? ruling;
      const terms = namedTerms(request.body);
      await refuseNew(ports, opId, versionFaults(request.body, terms, newest));
      await refusePending(ports, { opId, newest, effectiveFromMs });
      const result = await changeProgram(ports, {
        opId,
        actor: participantId(caller.participantId),
        programId: id,
        terms,
        effectiveFromMs,
      });
      const { answer, committed } = await controlAnswer(result, finality);
      const told = committed ? asCommitted(registry, answer) : answer;
      return sendAnswer(reply, told, committed ? 201 : 202);
    },
  );
}

/** All versions, the newest first, at most `programVersionsShownMax`. */
function newestOf(registry: Registry, { programId: id }: Program): Program[] {
  const newest = registry.program(id)?.version ?? 0;
  const count = Math.min(newest, programVersionsShownMax);
  return Array.from({ length: count }, (_, nth) => registry.program(id, newest - nth) ?? []).flat();
}

/** From when a version rules is the ledger's to say: no earlier than everybody knows it. */
function asCommitted(registry: Registry, answer: OperationAnswer): OperationAnswer {
  if (answer.kind === "NO") return answer;
  const { program } = answer.body as ProgramAnswer;
  const known = registry.program(programId(program.programId), program.version);
  if (known === undefined) return answer;
  return { ...answer, body: { ...answer.body, program: programText(known) } };
}
