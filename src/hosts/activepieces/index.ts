import { createPiece } from '@activepieces/pieces-framework';
import { PieceCategory } from '@activepieces/shared';
import { manifest } from '../../manifest/manifest.ts';
import { pieceActions } from './actions.ts';
import { pieceAuth } from './auth.ts';
import { instantTriggers } from './instant.ts';
import { pollingTriggers } from './polling.ts';

const connector = manifest();
const auth = pieceAuth(connector);
const form = { auth, within: new Map(connector.options.map(({ key, within = [] }) => [key, within])) };

/** The piece that Activepieces loads: the value of this package whose class is called Piece. */
export const okta = createPiece({
  displayName: connector.title,
  description: connector.description,
  logoUrl: `data:image/svg+xml;base64,${Buffer.from(connector.icon).toString('base64')}`,
  authors: ['okta-connector'],
  categories: [PieceCategory.HUMAN_RESOURCES, PieceCategory.DEVELOPER_TOOLS],
  auth,
  actions: pieceActions(connector, form),
  triggers: [...pollingTriggers(connector, form), ...instantTriggers(connector, form)],
});
