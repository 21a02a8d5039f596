package llm

import (
	"errors"
	"math"
	"net/http"
	"strings"

	openai "github.com/sashabaranov/go-openai"
)

// shape is how one endpoint wants its requests. The zero shape is what most take; each field is a thing that some refuse.
type shape struct {
	completionTokens bool // max_completion_tokens instead of max_tokens
	plainTemperature bool // leave the temperature alone
	noUsage          bool // no stream_options
	plain            bool // no response_format
}

// request makes a streamed request in this shape. The temperature is as low as can be: the same passages should give the same answer.
func (s shape) request(o Options, p Prompt) openai.ChatCompletionRequest {
	r := openai.ChatCompletionRequest{Model: o.Model, Stream: true}
	system := p.System
	if f := p.Structure; f != nil && !s.plain {
		system = f.System
		r.ResponseFormat = &openai.ChatCompletionResponseFormat{
			Type:       openai.ChatCompletionResponseFormatTypeJSONSchema,
			JSONSchema: &openai.ChatCompletionResponseFormatJSONSchema{Name: f.Name, Schema: f.Schema, Strict: true},
		}
	}
	if system != "" {
		r.Messages = append(r.Messages, openai.ChatCompletionMessage{Role: openai.ChatMessageRoleSystem, Content: system})
	}
	r.Messages = append(r.Messages, openai.ChatCompletionMessage{Role: openai.ChatMessageRoleUser, Content: p.User})
	if s.completionTokens {
		r.MaxCompletionTokens = o.MaxTokens
	} else {
		r.MaxTokens = o.MaxTokens //nolint:staticcheck // what most endpoints but the newest of OpenAI take
	}
	if !s.plainTemperature {
		r.Temperature = math.SmallestNonzeroFloat32 // go-openai leaves a plain 0 out, and the endpoint then takes its own default
	}
	if !s.noUsage {
		r.StreamOptions = &openai.StreamOptions{IncludeUsage: true}
	}
	return r
}

// after returns the shape to try after err, or false when err has nothing to do with the shape. Each change is made at most once, so
// that an endpoint which refuses everything is asked at most five times. A structured request that is refused in words that say nothing of the
// shape is tried as a plain one: endpoints have many ways to say that they can't.
func (s shape) after(err error, structured bool) (shape, bool) {
	said := refusal(err)
	switch {
	case said == "":
		return s, false
	case !s.plain && structured && aboutFormat(said):
		s.plain = true
	case !s.completionTokens && (strings.Contains(said, "max_tokens") || strings.Contains(said, "maxtokens")):
		s.completionTokens = true
	case !s.plainTemperature && strings.Contains(said, "temperature"):
		s.plainTemperature = true
	case !s.noUsage && (strings.Contains(said, "stream_options") || strings.Contains(said, "include_usage")):
		s.noUsage = true
	case !s.plain && structured:
		s.plain = true
	default:
		return s, false
	}
	return s, true
}

// aboutFormat reports whether words are about the form of the reply that was asked for.
func aboutFormat(said string) bool {
	for _, word := range []string{"response_format", "response format", "json_schema", "json schema", "structured output", "guided"} {
		if strings.Contains(said, word) {
			return true
		}
	}
	return false
}

// refusal is what an endpoint, or go-openai in its stead, says against the request; "" for other errors.
func refusal(err error) string {
	for _, local := range []error{openai.ErrReasoningModelMaxTokensDeprecated, openai.ErrReasoningModelLimitationsOther, openai.ErrReasoningSamplingUnsupported} {
		if errors.Is(err, local) {
			return strings.ToLower(local.Error()) + " temperature"
		}
	}
	if e, ok := errors.AsType[*Error](err); ok && aboutFormat(strings.ToLower(e.detail)) { // under status 200
		return strings.ToLower(e.detail)
	}
	if api, ok := errors.AsType[*openai.APIError](err); ok && (isRefusal(api.HTTPStatusCode) || aboutFormat(strings.ToLower(api.Message))) {
		said := strings.ToLower(api.Message)
		if api.Param != nil {
			said += " " + strings.ToLower(*api.Param)
		}
		return said
	}
	if request, ok := errors.AsType[*openai.RequestError](err); ok && isRefusal(request.HTTPStatusCode) {
		return strings.ToLower(string(request.Body))
	}
	return ""
}

func isRefusal(status int) bool {
	return status == http.StatusBadRequest || status == http.StatusUnprocessableEntity
}
