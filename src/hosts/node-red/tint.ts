/**
 * A colour mixed with white, light enough for Node-RED's dark labels.
 * @param colour as `#rrggbb`.
 * @param share of the colour, from 0 (white) to 1.
 */
export const tintOf = (colour: string, share: number): string =>
  colour.replace(/[0-9a-f]{2}/gi, (part) =>
    Math.round(255 - (255 - Number.parseInt(part, 16)) * share)
      .toString(16)
      .padStart(2, '0'),
  );
