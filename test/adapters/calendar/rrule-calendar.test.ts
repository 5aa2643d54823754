import { rruleCalendar } from '../../../src/adapters/calendar/rrule-calendar.js';
import { calendarSuite } from '../../suites/calendar.suite.js';

calendarSuite('windows by rrule-temporal', rruleCalendar);
