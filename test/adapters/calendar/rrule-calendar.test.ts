import { rruleCalendar } from '../../../src/adapters/calendar/rrule-calendar.js';
import { calendarCheckSuite } from '../../suites/calendar-check.suite.js';
import { calendarSuite } from '../../suites/calendar.suite.js';

calendarSuite('windows by rrule-temporal', rruleCalendar);
calendarCheckSuite('windows by rrule-temporal', rruleCalendar);
