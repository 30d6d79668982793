Attribute VB_Name = "xltool_print"
Option Explicit
' Prints the official sheets of every workbook in a folder, or saves each as a PDF.
' See the page of the same purpose. Chinese words stand in here by their code points, so that the file is plain ASCII.

Public Sub XltoolPrintForms()
    Dim folder As String, answer As Long, done As Long
    ' Which folder is to be printed?
    folder = InputBox(Zh("8981 6253 5370 54EA 4E2A 6587 4EF6 5939 91CC 7684 8868 FF1F"), "xltool", CurDir())
    If Len(folder) = 0 Then Exit Sub
    ' Yes saves PDF files, No prints.
    answer = MsgBox(Zh("5B58 6210") & " PDF " & Zh("9009 201C 662F 201D FF0C 76F4 63A5 6253 5370 9009 201C 5426 201D 3002"), vbYesNoCancel, "xltool")
    If answer = vbCancel Then Exit Sub
    If answer = vbYes Then
        done = XltoolPrintFolder(folder, folder)
    Else
        done = XltoolPrintFolder(folder, "")
    End If
    ' official sheets: n
    MsgBox Zh("6B63 5F0F 8868 FF1A") & done, vbInformation, "xltool"
End Sub

' Returns how many sheets were printed. target: the folder of the PDF files; "" sends them to the printer.
Public Function XltoolPrintFolder(ByVal folder As String, ByVal target As String) As Long
    Dim names As Collection, entry As Variant, book As Workbook, sheet As Worksheet, done As Long, stem As String, before As Long
    Set names = FilesIn(folder)
    before = Guarded()
    For Each entry In names
        Set book = Opened(Joined(folder, CStr(entry)))
        If Not book Is Nothing Then
            stem = Left(CStr(entry), InStrRev(CStr(entry), ".") - 1)
            For Each sheet In book.Worksheets
                If sheet.Visible = -1 And IsOfficial(sheet.Name) Then
                    If Len(target) = 0 Then
                        sheet.PrintOut
                    Else
                        sheet.ExportAsFixedFormat 0, Joined(target, stem & "_" & sheet.Name & ".pdf")
                    End If
                    done = done + 1
                End If
            Next
            book.Close False
        End If
    Next
    Unguarded before
    XltoolPrintFolder = done
End Function

' The official sheets: the self-evaluations (of a project, of the whole department), the basic data, and the annex where it is shown.
Private Function IsOfficial(ByVal entry As String) As Boolean
    IsOfficial = InStr(entry, Zh("81EA 8BC4 8868")) > 0 Or entry = Zh("57FA 7840 6570 636E 8868") Or entry = Zh("9644 9875")
End Function

' First the names, then the work: Dir forgets where it was when a file is opened.
Private Function FilesIn(ByVal folder As String) As Collection
    Dim found As New Collection, entry As String
    entry = Dir(Joined(folder, "*.xls*"))
    Do While Len(entry) > 0
        If Left(entry, 2) <> "~$" And Left(entry, 2) <> ".~" Then found.Add entry
        entry = Dir()
    Loop
    Set FilesIn = found
End Function

Private Function Joined(ByVal folder As String, ByVal entry As String) As String
    Dim mark As String
    mark = Application.PathSeparator
    If Right(folder, 1) = mark Then Joined = folder & entry Else Joined = folder & mark & entry
End Function

' A file that cannot be opened is passed over.
Private Function Opened(ByVal path As String) As Workbook
    On Error Resume Next
    Set Opened = Workbooks.Open(path, 0, True)
End Function

' Files of others are opened: none of their macros may run (3: all are disabled), and no event of theirs.
' LibreOffice does not know the first of the two: its own settings say so.
Private Function Guarded() As Long
    On Error Resume Next
    Guarded = 1
    Guarded = Application.AutomationSecurity
    Application.AutomationSecurity = 3
    Application.EnableEvents = False
End Function

Private Sub Unguarded(ByVal before As Long)
    On Error Resume Next
    Application.AutomationSecurity = before
    Application.EnableEvents = True
End Sub

Private Function Zh(ByVal codes As String) As String
    Dim parts() As String, i As Long
    parts = Split(codes, " ")
    For i = LBound(parts) To UBound(parts)
        Zh = Zh & ChrW(CLng("&H" & parts(i)))
    Next
End Function
