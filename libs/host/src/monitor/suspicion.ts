import { contradicts, type NodeConfig, subjectOf } from '@weft/kernel';
import type { Notice } from './host-monitor.ts';

/** True for a notice that cannot be while a host is as a configuration says, or of which nobody can say. What is read again and again has to be compared with what it was. */
export function isSuspicious(config: NodeConfig, notice: Notice): boolean {
  switch (notice.what) {
    case 'network':
      return contradicts(config, notice.news);
    case 'netns':
      return config.netns.some(({ name }) => name === notice.name) !== notice.there;
    case 'content':
      return false;
    default:
      return true;
  }
}

/** True for a notice after which pods have to be looked into. */
export function isAboutPods(notice: Notice): boolean {
  return notice.what === 'lost' || notice.what === 'netns' || (notice.what === 'network' && notice.news.netns !== null);
}

/** What makes two notices be about the same thing: only the last of them counts. */
export function aboutOf(notice: Notice): string {
  switch (notice.what) {
    case 'network':
      return subjectOf(notice.news);
    case 'netns':
    case 'workload':
      return `${notice.what} ${'name' in notice ? notice.name : notice.netns}`;
    default:
      return `${notice.by} ${notice.what}`;
  }
}
