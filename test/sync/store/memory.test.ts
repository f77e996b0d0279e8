import { memoryStore } from '../../../src/sync/store/memory.ts';
import { storeContract } from './contract.ts';

storeContract('in memory', async () => memoryStore());
