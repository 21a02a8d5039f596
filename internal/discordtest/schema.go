package discordtest

// schemaChecker checks requests and replies against Discord's own description.
type schemaChecker struct{}

func (s *Server) checkRequest(*call)       {}
func (s *Server) checkReply(*call, *reply) {}
