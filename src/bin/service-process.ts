import { serveServices } from '../services/service-process.ts';

void serveServices();
