using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Rtss.Analyzers;

/// <summary>RTSS001: in one function a mutex is taken, then there is an await, then ReleaseMutex. What follows the await
/// may run on another thread, which does not own the mutex.</summary>
/// <remarks>It goes by the order of the text, and does not follow a mutex from function to function.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MutexAcrossAwait : DiagnosticAnalyzer {
  private static readonly DiagnosticDescriptor Rule = new DiagnosticDescriptor(
    "RTSS001", "A mutex is kept across an await",
    "ReleaseMutex may run on a thread that does not own the mutex: the await at line {0} may go on on another one",
    "Usage", DiagnosticSeverity.Warning, isEnabledByDefault: true,
    description: "A mutex belongs to the thread that took it. Take and release it between two awaits.");

  private static readonly ImmutableHashSet<string> Takes = ImmutableHashSet.Create("WaitOne", "WaitAny", "WaitAll", "SignalAndWait");

  public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ImmutableArray.Create(Rule);

  public override void Initialize(AnalysisContext context) {
    context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
    context.EnableConcurrentExecution();
    context.RegisterSyntaxNodeAction(LookAt, SyntaxKind.InvocationExpression);
  }

  private static void LookAt(SyntaxNodeAnalysisContext context) {
    if (!IsOurs(context.SemanticModel, context.Node, "ReleaseMutex")) return;
    SyntaxNode function = FunctionOf(context.Node);
    var before = function.DescendantNodes().Where(node => node.SpanStart < context.Node.SpanStart &&
                                                          FunctionOf(node) == function).ToList();
    SyntaxNode? take = before.LastOrDefault(node => IsTake(context.SemanticModel, node));
    SyntaxNode? pause = take == null ? null : before.FirstOrDefault(node => node.SpanStart > take.SpanStart && IsAwait(node));
    if (pause == null) return;
    int line = pause.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
    context.ReportDiagnostic(Diagnostic.Create(Rule, context.Node.GetLocation(), line));
  }

  // A program on the top level is the function of its file.
  private static SyntaxNode FunctionOf(SyntaxNode node) {
    return node.Ancestors().First(each => each is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or
                                          MemberDeclarationSyntax and not GlobalStatementSyntax or CompilationUnitSyntax);
  }

  private static bool IsAwait(SyntaxNode node) {
    return node switch {
      AwaitExpressionSyntax => true,
      CommonForEachStatementSyntax loop => loop.AwaitKeyword.IsKind(SyntaxKind.AwaitKeyword),
      _ => false
    };
  }

  private static bool IsTake(SemanticModel model, SyntaxNode node) {
    return node switch {
      InvocationExpressionSyntax => Takes.Any(name => IsOurs(model, node, name)),
      BaseObjectCreationExpressionSyntax => IsOurs(model, node, ".ctor"),
      _ => false
    };
  }

  private static bool IsOurs(SemanticModel model, SyntaxNode call, string name) {
    return model.GetSymbolInfo(call).Symbol is IMethodSymbol method && method.Name == name &&
           (method.ContainingType.ToDisplayString() is "Rtss.Mutex" or "Rtss.WaitHandle");
  }
}
