import type { FastifyRequest } from 'fastify';

export interface Trace {
  /** The header as it came. */
  traceparent: string;
  trace_id: string;
  /** The span of the caller. */
  parent_id: string;
  sampled: boolean;
}

const pattern = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/** The trace that a request belongs to (W3C Trace Context, `traceparent` of version 00); null without a valid one. */
export function traceOf({ headers }: Pick<FastifyRequest, 'headers'>): Trace | null {
  const { traceparent } = headers;
  if (typeof traceparent !== 'string') return null;
  const [, traceId, parentId, flags] = pattern.exec(traceparent) ?? [];
  if (traceId === undefined || parentId === undefined || flags === undefined) return null;
  return {
    traceparent,
    trace_id: traceId,
    parent_id: parentId,
    sampled: (Number.parseInt(flags, 16) & 1) === 1,
  };
}
