import type { FastifySchemaValidationError } from "fastify";
import { PortError } from "@scrip/ports";
import { faultsToTell } from "./chosen-branch.ts";
import { escapePointer } from "./pointer.ts";
import { Problem, type FieldError } from "./problem.ts";

/** What Fastify throws, as far as we read it. */
interface FastifyFailure {
  readonly code?: string;
  readonly statusCode?: number;
  readonly validation?: readonly FastifySchemaValidationError[];
  readonly validationContext?: string;
}

/** One fault, as ajv tells it when it is `verbose`. */
interface Fault extends FastifySchemaValidationError {
  readonly parentSchema?: { readonly title?: string };
}

/**
 * The problem that answers whatever a request ran into. What nobody foresaw becomes `INTERNAL`,
 * and its message stays in the log.
 */
export function problemFromError(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof PortError) return fromPort(error);
  if (!(error instanceof Error)) return new Problem("INTERNAL", { cause: error });
  const failure = error as Error & FastifyFailure;
  if (failure.validation !== undefined) return fromValidation(failure, failure.validation);
  switch (failure.code) {
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new Problem("BODY_TOO_LARGE");
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new Problem("MEDIA_TYPE_UNSUPPORTED");
    case "FST_ERR_MAX_PARAM_LENGTH":
      return new Problem("VALIDATION_FAILED", { detail: "A part of the path is too long." });
    case "FST_ERR_BAD_URL":
    case "FST_ERR_INVALID_URL":
      return new Problem("VALIDATION_FAILED", { detail: "The path is not well formed." });
    default:
      return fromStatus(failure.statusCode, error);
  }
}

function fromStatus(status: number | undefined, error: Error): Problem {
  if (status !== undefined && status >= 400 && status < 500) {
    return new Problem("VALIDATION_FAILED", {
      detail: "The body could not be read.",
      cause: error,
    });
  }
  return new Problem("INTERNAL", { cause: error });
}

function fromPort(error: PortError): Problem {
  const options = { outcomeKnown: error.outcomeKnown, cause: error };
  switch (error.code) {
    case "UNAVAILABLE":
      return new Problem("STORE_UNAVAILABLE", options);
    case "VERSION_CONFLICT":
      return new Problem("VERSION_CONFLICT", options);
    case "CONTRACT_BROKEN":
    case "CORRUPT":
    case "NOT_OURS":
      return new Problem("INTERNAL", options);
  }
}

function fromValidation(
  { validationContext }: FastifyFailure,
  faults: readonly FastifySchemaValidationError[],
): Problem {
  const place = placeOf(validationContext);
  const errors = faultsToTell(faults).map((fault) => fieldError(place, fault));
  // A text that is too long often has the wrong form too, which is told in the same words.
  const told = (one: FieldError) => `${one.field} ${one.detail}`;
  return new Problem("VALIDATION_FAILED", {
    errors: [...new Map(errors.map((one) => [told(one), one])).values()],
  });
}

function placeOf(context: string | undefined): FieldError["in"] {
  switch (context) {
    case "querystring":
      return "query";
    case "params":
      return "path";
    case "headers":
      return "header";
    default:
      return "body";
  }
}

/** ajv blames the object for a missing or an extra property; callers look for the property itself. */
function fieldError(place: FieldError["in"], fault: Fault): FieldError {
  const { instancePath, params } = fault;
  const property = params["missingProperty"] ?? params["additionalProperty"];
  const pointer =
    typeof property === "string" ? `${instancePath}/${escapePointer(property)}` : instancePath;
  const extra = params["additionalProperty"] !== undefined;
  const missing = params["missingProperty"] !== undefined;
  const detail = extra ? "is not a field here" : missing ? "is missing" : wordsOf(place, fault);
  return { in: place, field: place === "body" ? pointer : pointer.replace(/^\//, ""), detail };
}

/** What is expected, in words: a schema's title tells the form that its pattern asks for. */
function wordsOf(place: FieldError["in"], fault: Fault): string {
  const { keyword, params, message, parentSchema } = fault;
  const { allowedValues } = params;
  if (keyword === "enum" && Array.isArray(allowedValues))
    return allowedValues.length === 1
      ? `must be ${String(allowedValues[0])}`
      : `must be one of ${allowedValues.join(", ")}`;
  // What follows a question mark is all text: "at most 3 characters" says nothing of how large a number may be.
  const formed = keyword === "pattern" || (place === "query" && keyword === "maxLength");
  const title = formed ? parentSchema?.title : undefined;
  return title === undefined ? (message ?? "is not valid") : `must be ${title}`;
}
