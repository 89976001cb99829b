import { holdRequests } from '../requests/process.ts';

void holdRequests();
