/** The lines of a trace. A viewer that knows only `atMs`, `kind` and `text` shows each of them in a way that can be read. */
import type { DialectName } from '../dialects/dialect-name.ts';

/** Members that every line has. */
interface Entry {
  /** Clock time in milliseconds. */
  readonly atMs: number;
  /** It in words, secrets blanked out. */
  readonly text: string;
}

/** Something on the wire: payload only as its length. */
export interface WireEntry extends Entry {
  /** `tx` was written, `rx` answers a command; `urc` came unasked, `unknown` has no known form, `garbage` is noise; `note`
   * is no line. */
  readonly kind: 'tx' | 'rx' | 'urc' | 'unknown' | 'garbage' | 'note';
  /** The line without its line end, secrets blanked out. */
  readonly text: string;
  /** Payload that went with it, in bytes. */
  readonly payloadBytes?: number;
}

/** An event reached a statechart. */
export interface EventEntry extends Entry {
  /** Which kind of line it is. */
  readonly kind: 'event';
  /** The statechart: `modem`, `context-1`, `socket-0`, `socket-0.linkWatch`, `rebootPolicy`, `transparentMode`. */
  readonly actor: string;
  /** Type of the event, as the statechart's source has it. */
  readonly event: string;
  /** The statechart that sent it, if one did. */
  readonly source?: string;
  /** What the event says, as far as it is plain; secrets blanked out. */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** A statechart changed its state. */
export interface TransitionEntry extends Entry {
  /** Which kind of line it is. */
  readonly kind: 'transition';
  /** As of an event. */
  readonly actor: string;
  /** The states that were left, innermost ones, with their parents by dots; several at once are joined by ` + `. Missing
   * when the statechart starts. Regions that stay as they are, are not named. */
  readonly from?: string;
  /** The states that were entered, in the same way. */
  readonly to: string;
  /** Type of the event that led to it. */
  readonly event: string;
}

/** A step of the recovery, as `recoveries$` tells it. */
export interface RecoveryEntry extends Entry {
  /** Which kind of line it is. */
  readonly kind: 'recovery';
  /** `context lost`, `module hung`, `online` … */
  readonly step: string;
  /** What is known of it; may be empty. */
  readonly detail: string;
}

/** What costs next to nothing to tell: the wire, and the steps of the recovery. */
export type PlainEntry = WireEntry | RecoveryEntry;

/** One thing that happened. */
export type TraceEntry = PlainEntry | EventEntry | TransitionEntry;

/** First line of a trace that was written to a file; again when the dialect becomes known. */
export interface HeaderEntry extends Entry {
  /** Which kind of line it is. */
  readonly kind: 'header';
  /** Of the lines: 1. */
  readonly format: number;
  /** Of urchestra. */
  readonly version: string;
  /** Missing as long as it is being found out (`auto`). */
  readonly dialect?: DialectName;
}

/** One line of a file. */
export type TraceLine = HeaderEntry | TraceEntry;

/** The format that is written, and the newest that is read. */
export const TRACE_FORMAT = 1;
