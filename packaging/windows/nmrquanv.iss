; Not built here. An installer of the bundle (python packaging/bundle.py lite, on Windows) with
; Inno Setup 6:  iscc packaging\windows\nmrquanv.iss
; The icon is made of resources\icons\nmrquanv.svg by packaging\icons.py. The version is that of
; nmrquanv.exe (nmrquanv.spec puts it there). nmrquanv.exe is the command line, nmrquanv-window.exe
; the window without a console beside it: menus and documents open that.
#define Name "nmrquanv"
#define Version GetStringFileInfo("..\..\dist\lite\nmrquanv\nmrquanv.exe", "ProductVersion")
#if Version == ""
  #error nmrquanv.exe has no version: build it with packaging\pyinstaller\nmrquanv.spec
#endif

[Setup]
AppId={{5B0E7C36-6D0C-4D0B-9C39-7E0C6A7C4F11}
AppName={#Name}
AppVersion={#Version}
DefaultDirName={autopf}\{#Name}
DefaultGroupName={#Name}
PrivilegesRequired=lowest
OutputDir=..\..\dist
OutputBaseFilename=nmrquanv-setup
SetupIconFile=..\..\build\nmrquanv.ico
LicenseFile=..\..\LICENSE
ChangesAssociations=yes

[Files]
Source: "..\..\dist\lite\nmrquanv\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{group}\{#Name}"; Filename: "{app}\nmrquanv-window.exe"

[Registry]
Root: HKA; Subkey: "Software\Classes\.nmrq"; ValueType: string; ValueData: "nmrquanv.document"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\.nmrqmodel"; ValueType: string; ValueData: "nmrquanv.model"; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\nmrquanv.document"; ValueType: string; ValueData: "NMR spectra with their peaks"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\nmrquanv.document\shell\open\command"; ValueType: string; ValueData: """{app}\nmrquanv-window.exe"" ""%1"""
Root: HKA; Subkey: "Software\Classes\nmrquanv.model"; ValueType: string; ValueData: "Peak finder of nmrquanv"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\nmrquanv.model\shell\open\command"; ValueType: string; ValueData: """{app}\nmrquanv-window.exe"" ""%1"""
