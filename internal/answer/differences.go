package answer

import (
	"context"
	"fmt"
	"regexp"

	"attache/internal/retrieval"
)

// Difference is a number that reports on a topic give differently.
type Difference struct {
	Of       string     // what is counted, as a report has it: "trucks"
	Versions []Sentence // oldest report first; each cites Evidence and has its Version
	Evidence []Evidence
}

// mostCounted is of how many things in the sentences on a topic the numbers are compared.
const mostCounted = 4

// countedThing finds a number with the word for what it counts.
var countedThing = regexp.MustCompile(`\b\d[\d,]*\s+(\p{Ll}{4,})\b`)

// Differences compares, for each thing that sentences on a topic count, the numbers that reports give of it. It returns nil when they agree. An error
// means that ctx has ended.
func (s *Service) Differences(ctx context.Context, q retrieval.Query, lifted []Lifted) ([]Difference, error) {
	q.Limit, q.PerSource = figurePassages, figurePerSource
	found, err := s.search.Search(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	evidence := s.evidence(found)
	var differences []Difference
	asked := map[string]bool{}
	for _, l := range lifted {
		for _, m := range countedThing.FindAllStringSubmatch(l.Text, -1) {
			if of := m[1]; !asked[of] && len(asked) < mostCounted {
				asked[of] = true
				if versions := differing(fmt.Sprintf("How many %s: %s?", of, q.Text), found.Read, evidence); len(versions) > 0 {
					differences = append(differences, Difference{of, versions, evidence})
				}
			}
		}
	}
	return differences, nil
}
