/* SPDX-License-Identifier: MIT
 *
 * FreeRTOSConfig.h: FreeRTOS on the AN385, for main.c: no tick while nothing happens, tasks in
 * static memory but for those that lwIP makes.
 */
#ifndef FREERTOS_CONFIG_H
#define FREERTOS_CONFIG_H

#include <stdint.h>

#define configCPU_CLOCK_HZ 25000000
#define configTICK_RATE_HZ 1000
#define configTICK_TYPE_WIDTH_IN_BITS TICK_TYPE_WIDTH_32_BITS
#define configUSE_PREEMPTION 1
#define configUSE_TICKLESS_IDLE 1
#define configMAX_PRIORITIES 5
#define configMINIMAL_STACK_SIZE 128 /* words */
#define configUSE_MUTEXES 1
#define configUSE_RECURSIVE_MUTEXES 1 /* lwIP's core lock */
#define configUSE_IDLE_HOOK 0
#define configUSE_TICK_HOOK 0
#define configCHECK_FOR_STACK_OVERFLOW 2

#define configSUPPORT_STATIC_ALLOCATION 1
#define configKERNEL_PROVIDED_STATIC_MEMORY 1
#define configSUPPORT_DYNAMIC_ALLOCATION 1 /* lwIP's semaphores, queues and its task */
#define configTOTAL_HEAP_SIZE 6144

/* errno is each task's own: lwIP's sockets say there what "not now" is. */
#define configUSE_NEWLIB_REENTRANT 1

#define INCLUDE_vTaskDelay 1
#define INCLUDE_vTaskSuspend 1
#define INCLUDE_uxTaskGetStackHighWaterMark 1
#define INCLUDE_xTaskGetHandle 1

/* The Ethernet's interrupt calls FreeRTOS, so it may not be more urgent than this. */
#define configKERNEL_INTERRUPT_PRIORITY 0xFF
#define configMAX_SYSCALL_INTERRUPT_PRIORITY 0x40
#define vPortSVCHandler SVC_Handler
#define xPortPendSVHandler PendSV_Handler
#define xPortSysTickHandler SysTick_Handler

_Noreturn void assertion_failed(const char *file, int line);
#define configASSERT(x) ((x) ? (void)0 : assertion_failed(__FILE__, __LINE__))

/* How long the processor sleeps is part of what the example shows. */
void sleep_begins(void);
void sleep_ends(void);
#define configPRE_SLEEP_PROCESSING(ticks) sleep_begins()
#define configPOST_SLEEP_PROCESSING(ticks) sleep_ends()

#endif
