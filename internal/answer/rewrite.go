package answer

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"attache/internal/llm"
)

// longestRewrite is the longest question, in bytes, that a rewritten one may be.
const longestRewrite = 400

// errRewrite is a rewritten question that is not to be used.
const errRewrite unusable = "The model read the question as another one"

// Rewrite makes of a question that follows another one that stands on its own, with the model. It brings in no names, numbers or negations that neither of the two has; a
// model that does is refused with an error, as is one that writes anything but one question. The error's Reason is for the log: the caller has other ways to read a follow-up.
func (g *Generative) Rewrite(ctx context.Context, last, question string) (string, error) {
	prompt, err := g.prompts.rewrite(last, question)
	if err != nil {
		return "", err
	}
	done, err := g.model.Complete(ctx, prompt, nil)
	if err != nil {
		return "", fmt.Errorf("rewrite question: %w", err)
	}
	rewritten := strings.Trim(strings.TrimSpace(done.Text), `"“”`)
	if rewritten == "" || done.Truncated || len(rewritten) > longestRewrite || strings.ContainsFunc(rewritten, unicode.IsControl) || bringsIn(rewritten, last, question) {
		return "", errRewrite
	}
	return rewritten, nil
}

func (p *prompts) rewrite(last, question string) (llm.Prompt, error) {
	rules, err := p.execute("rewrite rules", nil)
	if err != nil {
		return llm.Prompt{}, err
	}
	user, err := p.execute("rewrite", struct{ Last, Question string }{oneLine(last), oneLine(question)})
	return llm.Prompt{System: rules, User: user}, err
}

// bringsIn reports whether a question has a name, a number or a negation that none of the others has.
func bringsIn(question string, others ...string) bool {
	known := map[string]bool{}
	negated := false
	for _, o := range others {
		for _, t := range tokensOf(o) {
			known[bare(t.fold)] = true
			negated = negated || negations[t.fold]
		}
	}
	return slices.ContainsFunc(tokensOf(question), func(t token) bool {
		named := t.upper && (!t.lead || t.content()) || isNumber(t.fold) || months[t.fold]
		return named && !known[bare(t.fold)] && !questionWords[t.fold] || negations[t.fold] && !negated
	})
}

// bare is a folded name without the ending of an owner.
func bare(fold string) string {
	return strings.TrimSuffix(strings.TrimSuffix(fold, "'s"), "’s")
}

// questionWords may begin a question whatever was asked before.
var questionWords = wordSet("who whom whose what when where why which how is are was were do does did has have had will would can could should may might tell list name i")
