package main

import (
	"fmt"
	"time"
	_ "time/tzdata" // so that a machine without time zones gives the same answers

	"github.com/robfig/cron/v3"
)

// checkSchedule reads the schedules of a CronWorkflow by the library that Argo and Kubernetes read them with.
func checkSchedule(d *document) (messages []string) {
	if d.kind() != "CronWorkflow" {
		return nil
	}
	spec := mapping(d.object["spec"])
	if zone := text(spec["timezone"]); zone != "" {
		if _, err := time.LoadLocation(zone); err != nil {
			messages = append(messages, err.Error())
		}
	}
	schedules := list(spec["schedules"])
	if schedules == nil {
		messages = append(messages, "no schedules")
	}
	for _, schedule := range schedules {
		if _, err := cron.ParseStandard(text(schedule)); err != nil {
			messages = append(messages, fmt.Sprintf("schedule %q: %v", schedule, err))
		}
	}
	return messages
}
