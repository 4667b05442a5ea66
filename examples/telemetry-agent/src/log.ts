/** One line for the journal, which adds the time. */
export function log(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
