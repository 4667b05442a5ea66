/** How large text is. A picture in a README has no fonts of its own: every monospace font is near 0.6 em wide, and the
 * pictures make it exactly that by `textLength`. */

export const ADVANCE_EM = 0.6;
/** Sizes in pixels. */
export const FONT = { name: 13, text: 11 } as const;
export const LINE_HEIGHT = 15;
export const NAME_HEIGHT = 24;

export const textWidth = (text: string, fontSize: number = FONT.text): number =>
  text.length * ADVANCE_EM * fontSize;
