export interface Report {
  readonly file: string;
  readonly state: 'present' | 'brought' | 'missing' | 'refused';
  readonly source?: string;
  readonly sentence?: string;
}
export interface Progress {
  readonly file: string;
  readonly source: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
}
export function bringWeights(options?: {
  readonly root?: string;
  readonly manifest?: string;
  readonly check?: boolean;
  readonly connectWithinMs?: number;
  readonly onProgress?: (progress: Progress) => void;
}): Promise<Report[]>;
export function pinRow(options: { readonly root?: string; readonly manifest?: string; readonly file: string }): Promise<string>;
